/* Until this has worked, the page says that it needs its script; a start that fails says so. */

const { page, find, starts, show } = answers;
const looks = page.className;
const notStarted = document.getElementById("not-started");
const hide = (yes) => find(".needs-script").forEach((part) => { part.hidden = yes; });
try {
  starts.forEach((start) => start());
  page.classList.add("with-script");
  hide(false);
  show();
  notStarted?.remove();
} catch (error) {
  /* All on one page, without buttons that would do nothing. */
  page.className = looks;
  hide(true);
  notStarted?.querySelector("[data-failed]")?.removeAttribute("hidden");
  throw error;
}
