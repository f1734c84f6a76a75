/** What is used of jStat, which comes without types. */
declare module 'jstat' {
  const library: {
    readonly jStat: {
      /** ln of the gamma function. */
      gammaln(x: number): number;
      readonly normal: {
        /** Infinite at 0 and 1. */
        inv(p: number, mean: number, deviation: number): number;
      };
      readonly chisquare: {
        inv(p: number, degrees: number): number;
      };
      readonly studentt: {
        cdf(t: number, degrees: number): number;
        /** Absolute error below 1e-8. */
        inv(p: number, degrees: number): number;
      };
    };
  };
  export default library;
}
