// What the browser keeps for the page; where it lets pages keep nothing, it is kept until the page is left.

type Area = "localStorage" | "sessionStorage";

const standIn = new Map<string, string>();

export function kept(area: Area, key: string): string | undefined {
  try {
    return window[area].getItem(key) ?? standIn.get(key);
  } catch {
    return standIn.get(key);
  }
}

export function keep(area: Area, key: string, value: string): void {
  standIn.set(key, value);
  try {
    window[area].setItem(key, value);
  } catch {
    // Refused, or full.
  }
}
