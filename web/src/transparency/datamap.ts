/** The data map, put in order for reading: by kind of data, sealed kinds first. */

/** One personal column, as the server declares it. */
export type Column = {
  table: string;
  column: string;
  data_class: string;
  purposes: string[];
  retention: string;
  sealed: boolean;
  /** Why it is not sealed, in the server's words. */
  why_open?: string | null;
};
export type Kind = { name: string; columns: Column[]; sealed: boolean };

/** The kinds of data that occur, wholly sealed ones first, then by name; columns by table and name. */
export function kindsOf(columns: Column[]): Kind[] {
  const found = new Map<string, Column[]>();
  for (const column of columns)
    found.set(column.data_class, [...(found.get(column.data_class) ?? []), column]);
  const place = ({ table, column }: Column) => `${table}.${column}`;
  return [...found]
    .map(([name, some]) => ({
      name,
      sealed: some.every((one) => one.sealed),
      columns: some.toSorted((one, other) => place(one).localeCompare(place(other))),
    }))
    .sort((one, other) => Number(other.sealed) - Number(one.sealed) || one.name.localeCompare(other.name));
}
