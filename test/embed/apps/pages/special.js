/** Runs the program in a place of the page that is no page: the address names which. */
const tell = (report) => {
  document.documentElement.dataset.report = JSON.stringify(report);
};

const PLACES = {
  async audio() {
    const context = new OfflineAudioContext(1, 128, 44100);
    await context.audioWorklet.addModule("./audio.js");
    const node = new AudioWorkletNode(context, "probe");
    node.port.onmessage = ({ data }) => tell(data);
    node.connect(context.destination);
    await context.startRendering();
  },
  async service() {
    await navigator.serviceWorker.register("./service.js");
    const { active } = await navigator.serviceWorker.ready;
    navigator.serviceWorker.onmessage = ({ data }) => tell(data);
    navigator.serviceWorker.startMessages();
    active.postMessage("probe");
  },
  async shared() {
    const { port } = new SharedWorker("./shared.js");
    port.onmessage = ({ data }) => tell(data);
  },
  async frame() {
    addEventListener("message", ({ data }) => tell(data));
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.src = "./inner.html";
    document.body.append(frame);
  },
};

PLACES[location.search.slice(1)]().catch((error) => tell({ error: `${error.name}: ${error.message}` }));
