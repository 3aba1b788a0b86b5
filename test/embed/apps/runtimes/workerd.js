import { createMapper } from "segring";
import ringKernel from "segring/kernel.ring.wasm";
import kernel from "segring/kernel.wasm";
import { createPair } from "segring/ring";
import { probe, throughRing } from "./probe.js";

export default {
  async fetch() {
    const mapper = await createMapper({ module: kernel });
    const ring = await throughRing(await createPair({ module: ringKernel }));
    return Response.json({ ...(await probe(undefined)), byModule: { engine: mapper.engine, ring } });
  },
};
