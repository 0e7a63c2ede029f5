// Shows an address in the person's browser, where there is one to show it in.
import { spawn } from "node:child_process";

/** Tries, and is silent where it cannot: the address has been printed as well. */
export function openBrowser(address: string): void {
  const { command, args } = openerOf(process.platform, address);
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const opener = spawn(command, args, { stdio: "ignore", detached: true });
  opener.on("error", () => {});
  opener.unref();
}

function openerOf(platform: NodeJS.Platform, address: string): { command: string; args: string[] } {
  if (platform === "darwin") return { command: "open", args: [address] };
  // The empty pair of quotes is the window's title, which `start` would take the address for.
  if (platform === "win32") return { command: "cmd", args: ["/c", "start", '""', address] };
  return { command: "xdg-open", args: [address] };
}
