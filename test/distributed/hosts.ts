/** Hosts for ssh: an sshd of its own for each, on loopback, with keys that are made for one test file. */
import { type ChildProcess, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { until } from "../cli/support.js";
import { endAll, type Place, signal, treeOf } from "./support.js";

const TRIES = 20;

/** Starts an sshd for each host; `ssh HOST` of the place's `bin` reaches it. */
export async function startHosts(place: Place, names: readonly string[]): Promise<Host[]> {
  // sshd wants it where it runs as root, and is not started by the system.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const key = (name: string) => {
    if (!existsSync(place.path(name)))
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", place.path(name)]);
    return readFileSync(place.path(`${name}.pub`), "utf8").trim();
  };
  writeFileSync(place.path("authorized_keys"), key("client_key"));
  const hostKey = key("host_key");
  const hosts: Host[] = [];
  for (const name of names) hosts.push(await startHost(place, name));
  const entries = hosts.map(({ port }) => `[127.0.0.1]:${port} ${hostKey}\n`);
  writeFileSync(place.path("known_hosts"), entries.join(""));
  writeFileSync(
    place.path("ssh_config"),
    `${hosts.map(({ name, port }) => `Host ${name}\n  Port ${port}\n`).join("")}
Host *
  HostName 127.0.0.1
  User ${userInfo().username}
  IdentityFile ${place.path("client_key")}
  IdentitiesOnly yes
  UserKnownHostsFile ${place.path("known_hosts")}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
`,
  );
  const ssh = execFileSync("bash", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
  place.program("ssh", `exec '${ssh}' -F '${place.path("ssh_config")}' "$@"`);
  return hosts;
}

export class Host {
  readonly name: string;
  readonly port: number;
  /** The listening sshd. Its environment is not to be seen: sshd writes over it. */
  readonly #sshd: ChildProcess;
  readonly #variable: string;

  constructor(name: string, port: number, sshd: ChildProcess, variable: string) {
    this.name = name;
    this.port = port;
    this.#sshd = sshd;
    this.#variable = variable;
  }

  /** Ends the host at once: its sshd, and all that runs on it. */
  async die(): Promise<void> {
    this.freeze();
    const tree = this.#tree();
    for (const pid of tree) signal(pid, "SIGKILL");
    await endAll(this.#variable);
    await until(() => this.#sshd.exitCode !== null || this.#sshd.signalCode !== null);
  }

  /** Stops the host: it answers nothing any more, and closes no connection. */
  freeze(): void {
    // Those that one started before it was stopped are seen in the next round.
    for (let stopped = 0; stopped !== this.#tree().length; ) {
      const tree = this.#tree();
      for (const pid of tree) signal(pid, "SIGSTOP");
      stopped = tree.length;
    }
  }

  #tree(): number[] {
    const isOver = this.#sshd.exitCode !== null || this.#sshd.signalCode !== null;
    return isOver ? [] : treeOf(this.#sshd.pid as number);
  }
}

async function startHost(place: Place, name: string): Promise<Host> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const variable = `SEGRING_MACHINE=${place.folder}-${name}-${port}`;
    const [, machine] = variable.split("=") as [string, string];
    const config = place.path(`sshd_config-${name}`);
    writeFileSync(
      config,
      `Port ${port}
ListenAddress 127.0.0.1
HostKey ${place.path("host_key")}
PidFile none
AuthorizedKeysFile ${place.path("authorized_keys")}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
SetEnv PATH=${place.env.PATH} SEGRING_HOST=${name} SEGRING_PLACE=${place.folder} SEGRING_MACHINE=${machine}
`,
    );
    const sshd = place.start(["/usr/sbin/sshd", "-D", "-e", "-f", config], { SEGRING_MACHINE: machine });
    let said = "";
    const listens = await new Promise<boolean>((resolve) => {
      sshd.stderr?.on("data", (chunk: Buffer) => {
        said += chunk;
        if (said.includes("Server listening")) resolve(true);
      });
      sshd.on("close", () => resolve(false));
    });
    if (listens) return new Host(name, port, sshd, variable);
    // Somebody else has taken the port meanwhile.
    if (tries === TRIES || !said.includes("Cannot bind")) throw new Error(`sshd did not start: ${said}`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
