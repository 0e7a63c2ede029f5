// Embedding rows of several lists of ids.
import { beforeAll, expect, it } from "vitest";
import { type Tensor, tf } from "../../src/engine/tf.ts";
import { embed } from "../../src/model/embedding.ts";
import { drawValues, expectGradients, projected, projectedNumbers } from "./check-gradients.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const table = [
  [1, 2],
  [3, 4],
  [5, 6],
];

it("looks up the rows of each list in its shape", () => {
  tf.tidy(() => {
    const lists = [
      tf.tensor2d(
        [
          [0, 2],
          [1, 1],
          [0, 0],
        ],
        [3, 2],
        "int32",
      ),
      tf.tensor1d([2], "int32"),
    ];
    const [first, second] = embed(tf.tensor2d(table), lists) as [Tensor, Tensor];
    expect(first.arraySync()).toEqual([
      [
        [1, 2],
        [5, 6],
      ],
      [
        [3, 4],
        [3, 4],
      ],
      [
        [1, 2],
        [1, 2],
      ],
    ]);
    expect(second.arraySync()).toEqual([[5, 6]]);
    expect(embed(tf.tensor2d(table), [lists[1] as Tensor]).map((rows) => rows.arraySync())).toEqual([[[5, 6]]]);
  });
});

it.each([1, 2, 3])("has the table's gradient over %i lists, an id in several of them among others", (count) => {
  const ids = [[0, 2, 2], [2, 1], [2]].slice(0, count);
  const values = drawValues({ table: [4, 2] });
  expectGradients(
    values,
    ({ table }) => {
      const parts = embed(
        table as Tensor,
        ids.map((list) => tf.tensor1d(list, "int32")),
      );
      return projected(tf.square(tf.concat(parts, 0)));
    },
    () => {
      const { data } = values.get("table") ?? { data: new Float64Array() };
      return projectedNumbers(ids.flat().flatMap((id) => [...data.subarray(id * 2, id * 2 + 2)].map((x) => x * x)));
    },
  );
});
