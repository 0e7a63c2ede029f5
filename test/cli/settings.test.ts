// Settings as flags give them.
import { describe, expect, it } from "vitest";
import { settingsFrom } from "../../src/cli/settings.ts";
import { InputError } from "../../src/errors.ts";

describe("--set", () => {
  it("gives settings, and those inside one", async () => {
    expect(await settingsFrom({ set: ["hidden=64", "noise.drop=0.1", "noise.blank=0"] })).toEqual({
      hidden: 64,
      noise: { drop: 0.1, blank: 0 },
    });
  });

  it.each(["__proto__", "constructor", "toString", "__proto__.polluted", "size"])("refuses %s", async (key) => {
    const refused = settingsFrom({ set: [`${key}=1`] });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(
      `--set ${key}=1: ${key} is not a setting; \`latentext train --help\` lists them.`,
    );
  });
});
