import { createMapper } from "segring";
import kernel from "segring/kernel.wasm";
import { probe } from "./probe.js";

export default {
  async fetch() {
    const mapper = await createMapper({ module: kernel });
    const report = await probe(undefined);
    return Response.json({ ...report, module: mapper.engine });
  },
};
