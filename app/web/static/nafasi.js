// Copies what stands in a field; without this script the field can be selected and copied by hand.
const said = document.createElement("p");
said.className = "hidden";
said.setAttribute("role", "status");
for (const button of document.querySelectorAll("button[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  if (!navigator.clipboard) continue;
  const label = button.textContent;
  button.hidden = false;
  document.body.append(said);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = said.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
      said.textContent = "";
    }, 3000);
  });
}
