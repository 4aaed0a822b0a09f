/* What the buttons under the report of an announcement do; each takes its id next. */
export const RECALL = 'tb-thu';
export const EDIT = 'tb-sua-nd';
export const REMIND = 'tb-nhac';
