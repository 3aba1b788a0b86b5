using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "workerd.js", esModule = embed "out/workerd.js"),
    (name = "kernel.wasm", wasm = embed "out/kernel.wasm"),
    (name = "kernel.ring.wasm", wasm = embed "out/kernel.ring.wasm"),
  ],
  compatibilityDate = "2026-01-01",
);
