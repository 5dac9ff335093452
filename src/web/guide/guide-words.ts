export const guideWordsIt = {
  title: "Guida",
  page: "Pagina della guida",
  search: "Cerca nella guida",
  everybody: "Tutti i ruoli",
  choose: "Scegli una pagina. Chi comincia oggi legge per prima «Il primo giorno».",
  found: (count: number) => (count === 1 ? "1 pagina" : `${count} pagine`),
  mind: "Da ricordare",
  open: "Vai alla sezione",
};

export const guideWordsEn: typeof guideWordsIt = {
  title: "Guide",
  page: "Page of the guide",
  search: "Search the guide",
  everybody: "All roles",
  choose: "Choose a page. Who begins today reads “The first day” first.",
  found: (count) => (count === 1 ? "1 page" : `${count} pages`),
  mind: "Keep in mind",
  open: "Go to the section",
};
