/**
 * Loaded into a process by `--require`. With SIGUSR2 the wall clock goes back by CLOCK_BACK_MS, as when an operator or
 * a time server sets it.
 */
const RealDate = Date;
let back = 0;

process.on('SIGUSR2', () => {
  back = Number(process.env.CLOCK_BACK_MS);
});

const now = () => RealDate.now() - back;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
