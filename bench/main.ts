import { benchQuestions } from './questions.js';
console.table(await benchQuestions({ events: Number(process.env.E ?? 2e6) }));
