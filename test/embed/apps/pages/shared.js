import { answer } from "./answer.js";

addEventListener("connect", ({ ports: [port] }) => {
  answer().then((report) => port.postMessage(report));
});
