import { answer } from "./answer.js";

addEventListener("message", (event) => {
  event.waitUntil(answer().then((report) => event.source.postMessage(report)));
});
