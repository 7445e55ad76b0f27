import { expect, test } from "vitest";
import { kindsOf, type Column } from "./datamap";

const column = (change: Partial<Column>): Column => ({
  table: "persons",
  column: "email",
  data_class: "account",
  purposes: ["account.sign_in"],
  retention: "",
  sealed: true,
  ...change,
});

test("columns stand under their kind of data, sealed kinds first", () => {
  const kinds = kindsOf([
    column({ data_class: "contacts", sealed: false }),
    column({ data_class: "reports", column: "text" }),
    column({ data_class: "reports", column: "note" }),
    column({}),
  ]);
  expect(kinds.map((kind) => [kind.name, kind.sealed, kind.columns.length])).toEqual([
    ["account", true, 1],
    ["reports", true, 2],
    ["contacts", false, 1],
  ]);
  expect(kinds[1]?.columns.map((one) => one.column)).toEqual(["note", "text"]);
});
