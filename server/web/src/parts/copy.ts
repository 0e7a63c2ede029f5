// Copying and saving text.
import { useEffect, useState } from "preact/hooks";

/** Copies, and tells for a moment that it did. */
export function useCopy(): { readonly copied: boolean; copy(text: string): void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    copy: (text) => {
      void writeClipboard(text).then(() => setCopied(true));
    },
  };
}

async function writeClipboard(text: string): Promise<void> {
  // Browsers give the clipboard to secure pages only; a server in the local network is none.
  if (navigator.clipboard) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // Refused: the older way may be allowed.
    }
  }
  const area = document.createElement("textarea");
  area.className = "probe";
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** Offers `content` as a file. */
export function saveFile(name: string, content: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
