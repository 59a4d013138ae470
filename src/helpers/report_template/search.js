// Puts a search field above each table marked as searchable. Without script the page shows every row.
for (const box of document.querySelectorAll(".search")) {
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/đ/g, "d").replace(/’/g, "'").replace(/\s+/g, " ");
  // A sentence stands below its rows and is searched with them.
  const said = (row) => row.parentNode.querySelector(".said");
  const rows = [...box.querySelectorAll("tbody tr:not(.said)")].map((row) => [row, fold(`${row.textContent} ${said(row)?.textContent}`)]);
  const label = document.createElement("label"), field = document.createElement("input"), count = document.createElement("output");
  field.type = "search";
  label.append("Search the rows of this table ", field);
  field.addEventListener("input", () => {
    const words = fold(field.value).split(" ");
    for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
    for (const [row] of rows) if (said(row)) said(row).hidden = !row.parentNode.querySelector("tr:not(.said, [hidden])");
    count.textContent = `${rows.filter(([row]) => !row.hidden).length} of ${rows.length} rows`;
  });
  if (rows.length) box.prepend(label, " ", count);
}
