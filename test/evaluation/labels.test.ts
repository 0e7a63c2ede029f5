// The judge of labels and the probe of codes, on texts and codes whose labels are known.
import { describe, expect, it } from "vitest";
import { LabelJudge } from "../../src/evaluation/label-judge.ts";
import { labelProbe } from "../../src/evaluation/label-probe.ts";
import { ClassRegression } from "../../src/evaluation/logistic-regression.ts";
import { RandomStream } from "../../src/random.ts";

const LABELS = ["a", "b", "c"];

/** Sentences of words that all labels share, and of one in ten that is the label's own. */
function labelled(count: number, seed: number): { sentences: number[][]; labels: string[] } {
  const random = RandomStream.named(seed, "labelled");
  const labels = Array.from({ length: count }, () => LABELS[random.integer(3)] as string);
  const sentences = labels.map((label) => {
    const own = 100 + 10 * LABELS.indexOf(label) + random.integer(10);
    return [own, ...Array.from({ length: 5 }, () => 10 + random.integer(80))];
  });
  return { sentences, labels };
}

describe("LabelJudge", () => {
  const learnt = labelled(600, 1);
  const judge = new LabelJudge(LABELS, learnt.sentences, learnt.labels);

  it("finds the labels of sentences that it has not seen", () => {
    const { sentences, labels } = labelled(300, 2);
    const found = judge.accuracy(sentences, labels);
    expect(found?.judged).toBe(300);
    expect(found?.accuracy).toBeGreaterThan(0.95);
    expect(found?.interval[0]).toBeLessThan(found?.accuracy ?? 0);
    expect(judge.judge([105, 20, 30])).toBe("a");
    expect(judge.judge([20, 30, 125])).toBe("c");
  });

  it("is right by chance where labels say nothing of sentences", () => {
    const { sentences, labels } = labelled(600, 3);
    const shuffled = RandomStream.named(4, "shuffle").shuffle([...labels]);
    expect(judge.accuracy(sentences, shuffled)?.accuracy).toBeCloseTo(1 / 3, 1);
  });

  it("gives the same judgements for the same seed, and none of no sentences", () => {
    const again = new LabelJudge(LABELS, learnt.sentences, learnt.labels);
    const { sentences } = labelled(100, 5);
    expect(sentences.map((sentence) => again.judge(sentence))).toEqual(
      sentences.map((sentence) => judge.judge(sentence)),
    );
    expect(judge.accuracy([], [])).toBeNull();
  });

  it("passes over sentences of other labels, and of none", () => {
    const sentences = [...learnt.sentences, [105, 1], [105, 2]];
    const more = new LabelJudge(LABELS, sentences, [...learnt.labels, "z", undefined]);
    expect(more.judge([105, 20, 30])).toBe("a");
  });
});

describe("labelProbe", () => {
  const codes = (labels: readonly string[], shift: number): Float32Array[] => {
    const random = RandomStream.named(6, "codes");
    return labels.map((label) => {
      const code = random.fillGaussian(new Float32Array(6));
      code[2] = (code[2] as number) + shift * (LABELS.indexOf(label) - 1);
      return code;
    });
  };
  const { labels } = labelled(900, 7);

  it("reads labels from codes that lie apart, and no more than the majority from others", () => {
    const apart = labelProbe(codes(labels, 6), labels);
    expect(apart?.accuracy).toBeGreaterThan(0.85);
    expect([apart?.learnt, apart?.judged]).toEqual([450, 450]);
    const alike = labelProbe(codes(labels, 0), labels);
    expect(alike?.majority).toBeGreaterThan(1 / 3);
    expect(alike?.majority).toBeLessThan(0.42);
    expect(alike?.accuracy).toBeLessThan(0.42);
  });

  it("knows the majority of an uneven choice", () => {
    const uneven = labels.map((label, i) => (i % 10 === 0 ? label : "a"));
    expect(labelProbe(codes(uneven, 0), uneven)?.majority).toBeGreaterThan(0.85);
  });

  it("is none of one label, or of a handful of codes", () => {
    expect(labelProbe(codes(["a", "a", "a", "a"], 0), ["a", "a", "a", "a"])).toBeNull();
    expect(labelProbe(codes(["a", "b", "c"], 0), ["a", "b", "c"])).toBeNull();
  });
});

describe("ClassRegression", () => {
  it("names the class of each corner, worked out by hand", () => {
    const at = (place: number) => ({ places: Int32Array.of(place), values: Float64Array.of(1) });
    const examples = [0, 1, 2].map((kind) => ({ vector: at(kind), kind }));
    const regression = new ClassRegression(3, 3);
    regression.learn(examples, 50, RandomStream.named(1, "corners"));
    expect(examples.map(({ vector }) => regression.classify(vector))).toEqual([0, 1, 2]);
  });
});
