// The fuzzing of fuzz.test.ts with ten thousand requests of each kind and route.
process.env.LATENTEXT_FUZZ_RUNS ??= "10000";
await import("./fuzz.test.ts");
