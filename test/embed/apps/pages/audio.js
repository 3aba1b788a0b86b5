import { answer } from "./answer.js";

registerProcessor(
  "probe",
  class extends AudioWorkletProcessor {
    constructor() {
      super();
      answer().then((report) => this.port.postMessage(report));
    }

    process() {
      return true;
    }
  },
);
