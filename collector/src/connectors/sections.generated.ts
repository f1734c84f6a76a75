// Generated from the folders beside this file by: npm run generate

export const sections = {
};
