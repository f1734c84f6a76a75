/** Parts that several queries share. Each query asks what it cost: the points of a token are counted by GitHub, not by us. */

export const RATE = 'rateLimit{cost remaining resetAt}';

export const ACTOR = `fragment Actor on Actor{__typename login
  ...on User{databaseId} ...on Bot{databaseId} ...on Mannequin{databaseId} ...on Organization{databaseId}}`;

export const PAGE = 'pageInfo{hasNextPage endCursor}';
