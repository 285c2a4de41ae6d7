/** The first row of a table: the names of its columns, and unseen the name of the column of buttons. */
export const HeadCells = ({ names }: { names: readonly string[] }) =>
  names.map((name) => (
    <th key={name} scope="col">
      {name}
    </th>
  ))

/** `acts`: what the buttons of the last column do, for those who are read the table; absent: there is no such column. */
export const TableHead = ({ columns, acts }: { columns: readonly string[]; acts?: string }) => (
  <thead>
    <tr>
      <HeadCells names={columns} />
      {acts !== undefined && (
        <th scope="col">
          <span class="unseen">{acts}</span>
        </th>
      )}
    </tr>
  </thead>
)
