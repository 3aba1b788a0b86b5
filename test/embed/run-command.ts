import { spawn } from "node:child_process";

const HANG_MS = 300_000;

interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end. @returns What it printed. @throws {Error} It failed: with the last of what it printed. */
export function runCommand(command: string, args: readonly string[], { cwd, env }: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout: HANG_MS,
      killSignal: "SIGKILL",
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    let complained = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complained += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`exit ${code}: ${`${printed}${complained}`.trim().slice(-600)}`));
    });
  });
}
