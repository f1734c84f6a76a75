/** Column with the reason of a table without a row; boards keep it beside the columns that they choose. */
export const NOTHING = 'Nothing to show';
