import type { ReadStream } from "node:tty";

/** Whether somebody who looks on pressed `q`. */
export interface QuitKey {
  readonly signal: AbortSignal;
  close(): void;
}

/**
 * Hears `q` on a terminal, and keeps other keys from being written into what is drawn there. Ctrl-C and Ctrl-Z do what
 * they always do. Does nothing when `input` is no terminal or `wanted` is false.
 */
export function listenForQuit(input: ReadStream, wanted: boolean): QuitKey {
  const controller = new AbortController();
  if (!wanted || !input.isTTY) return { signal: controller.signal, close() {} };
  const takeKeys = (): void => void input.setRawMode(true);
  // Without the terminal's own handling of keys, the keys that send signals have to be looked after here.
  const onKeys = (keys: Buffer | string): void => {
    for (const key of keys.toString()) {
      if (key === "q" || key === "Q") controller.abort();
      if (key === "\u0003") process.kill(process.pid, "SIGINT");
      if (key === "\u001A") {
        input.setRawMode(false);
        process.once("SIGCONT", takeKeys);
        process.kill(process.pid, "SIGTSTP");
      }
    }
  };
  takeKeys();
  input.on("data", onKeys);
  return {
    signal: controller.signal,
    close() {
      input.off("data", onKeys);
      process.off("SIGCONT", takeKeys);
      input.setRawMode(false);
      input.pause();
    },
  };
}
