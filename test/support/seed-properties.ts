import fc from 'fast-check';

// `npm test` tries the same cases every time. `npm run fuzz` sets a new seed for each round.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_128) });
