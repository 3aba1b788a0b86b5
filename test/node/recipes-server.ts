/** A server of byte ranges on this machine, for the tests of the recipes: right answers, which a test may spoil. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request is answered with. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** `drop`: the connection ends after the body. `hang`: it stays open, and nothing follows. */
  ending: "end" | "drop" | "hang";
}

/** What the server was asked for. */
export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  /** In the body of the right answer. */
  bytes: number;
}

export class RangeServer {
  /** By path. */
  readonly resources = new Map<string, Uint8Array>();
  asked: Asked[] = [];
  /** Answers whose connection was closed before they ended. */
  cut = 0;
  /** Spoils an answer; `n` counts the requests from 0. */
  change: (answer: Answer, n: number) => void = () => {};
  base = "";
  readonly #server = createServer((request, response) => this.#serve(request, response));
  #heard: (() => void)[] = [];

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** As new; the resources stay. */
  reset(): void {
    this.asked = [];
    this.cut = 0;
    this.change = () => {};
  }

  /** Resolves when something has happened after which `true` is the answer. */
  async until(happened: () => boolean): Promise<void> {
    while (!happened()) await new Promise<void>((resolve) => this.#heard.push(resolve));
  }

  #tell(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const resolve of heard) resolve();
  }

  #serve({ url = "", headers, method }: IncomingMessage, response: ServerResponse): void {
    const resource = this.resources.get(url);
    const answer = resource === undefined ? wrong(404) : answerOf(resource, headers.range, method === "HEAD");
    if (method !== "HEAD" && resource !== undefined) {
      this.asked.push({ path: url, headers, bytes: answer.body.byteLength });
      this.change(answer, this.asked.length - 1);
    }
    response.on("close", () => {
      if (!response.writableFinished) this.cut++;
      this.#tell();
    });
    response.writeHead(answer.status, answer.headers);
    if (answer.ending === "end") response.end(answer.body);
    else response.write(answer.body, () => answer.ending === "drop" && response.destroy());
    this.#tell();
  }
}

function wrong(status: number, headers = {}): Answer {
  return { status, headers, body: new Uint8Array(), ending: "end" };
}

function answerOf(resource: Uint8Array, range: string | undefined, head: boolean): Answer {
  const size = resource.byteLength;
  const whole = { "Content-Length": `${size}`, "Accept-Ranges": "bytes" };
  if (head) return { status: 200, headers: whole, body: new Uint8Array(), ending: "end" };
  if (range === undefined) return { status: 200, headers: whole, body: resource, ending: "end" };
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const start = from === "" ? size - Number(to) : Number(from);
  const end = from === "" || to === "" ? size : Math.min(Number(to) + 1, size);
  if (start >= size) return wrong(416, { "Content-Range": `bytes */${size}` });
  const headers = { "Content-Range": `bytes ${start}-${end - 1}/${size}` };
  return { status: 206, headers, body: resource.subarray(start, end), ending: "end" };
}
