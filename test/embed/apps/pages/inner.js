import { answer } from "./answer.js";

answer().then((report) => parent.postMessage(report, "*"));
