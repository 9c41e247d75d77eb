// Every name under localhost is this machine, as a resolver with such a zone has it.
const dns = require('node:dns')
const lookup = dns.lookup
dns.lookup = (name, options, done) => lookup(name.endsWith('localhost') ? '127.0.0.1' : name, options, done)

// akismet-api's own integration tests ask the real service; here they ask the server under test.
const { AKISMET_PORT } = process.env
const Akismet = require('akismet-api')
const client = Akismet.client
Akismet.client = options => client({ host: `localhost:${AKISMET_PORT}`, protocol: 'http', ...options })
