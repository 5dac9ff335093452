import type { GuideText } from "./guide-pages.ts";

/** Pages in English, shorter; what is missing here is shown in Italian. */
export const guidePagesEn: Readonly<Record<string, GuideText>> = {
  "primo-giorno": {
    title: "The first day",
    about: "From signing in to the first call that is closed.",
    steps: [
      "Sign in with your name, password and the number of your seat (written on the phone, e.g. 201).",
      "Choose desk phone or headset; with a headset try microphone and ringing.",
      "Choose a password of your own: a sentence of several words will do.",
      "Citizen on the left, case in the middle, tools on the right, the call on top. Press ? for the keys.",
      "Choose “Available” at the top left: calls come to you from now on.",
      "Answer with F2, write the request while the citizen talks, choose reason, service and outcome, close with F9.",
      "What stays unfinished waits under “To complete”.",
    ],
    mind: ["What you type is saved by itself.", "Don't ask for data that the request does not need."],
  },
  chiamata: {
    title: "A call from beginning to end",
    about: "What happens when it rings, without a mouse.",
    steps: [
      "The row on top says who calls, in which language, and what they chose. F2 answers.",
      "“This is the person” only when the caller confirms it.",
      "F4 holds with music and takes back; mute only turns your microphone off.",
      "Choose the outcome and press F9; the wrap-up can be made longer.",
    ],
    mind: ["Another request in the same call is another case."],
  },
  conoscenza: {
    title: "Find the answer in the cards",
    about: "Search, standard answer, and what to do without a card.",
    steps: [
      "Press / and type the citizen's words.",
      "Open the card; “Use this card” links it with the case.",
      "No card answers: declare it and report the need.",
    ],
    mind: [],
  },
  trasferire: {
    title: "Pass the call on to an office",
    about: "Voice and case together.",
    steps: [
      "Choose the service; F8 opens the transfer and says whether the office is free.",
      "Call the office; the citizen hears music.",
      "Complete, or take the citizen back and assign the case.",
    ],
    mind: [],
  },
  ufficio: {
    title: "Work on the office's cases",
    about: "From taking charge to the answer.",
    steps: [
      "Filter the list and take a case in charge.",
      "Invite a specialist when you need an opinion.",
      "Write the answer and choose the outcome, or reject it with the cause.",
    ],
    mind: ["Answering a transferred call takes charge of its case."],
  },
  sala: {
    title: "Watch the room",
    about: "Who waits, who works, and the figures on the wall.",
    steps: [
      "“Room” shows queues and operators; you can change an operator's state.",
      "Open “Wallboard” on the big screen: six figures with their targets.",
      "“The day” shows waits and service level by half hour, and reasons by agency.",
      "Targets and times of the queues are under “Settings”.",
    ],
    mind: [],
  },
  amministrare: {
    title: "People, telephones, organisation",
    about: "The administrator's work.",
    steps: [
      "“People”: create, give roles and offices; a password is shown once.",
      "“Telephones”: create seats and type the password into the desk phone.",
      "“Organisation” and “Imports”: change the tree, or try and import a CSV.",
      "“Webhooks” connects other systems; “Access log” says who read and did what.",
    ],
    mind: ["Changing roles ends the person's sessions."],
  },
};
