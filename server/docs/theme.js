// Shows the page in the theme that was chosen in the playground. It is no module, which would run only after the page was first drawn.
{
  const follow = () => {
    let chosen;
    try {
      // Where the playground keeps it.
      chosen = localStorage.getItem("latentext.theme");
    } catch {
      // A browser that denies storage has kept nothing: as the system has it.
    }
    const { dataset } = document.documentElement;
    if (chosen === "light" || chosen === "dark") dataset.theme = chosen;
    else delete dataset.theme;
  };

  follow();
  // It is chosen in another tab, or had been by the time one comes back to this page.
  addEventListener("storage", follow);
  addEventListener("pageshow", follow);
}
