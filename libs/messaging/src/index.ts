export { connectBroker, type BrokerSettings } from './connect';
export { Handles, type HandlerOptions, type RequestContext } from './handles';
export { jsonSchemaOf, type JsonSchema } from './json-schema';
export { parse, parseEventData } from './parse';
export { RequestClient, ServiceFault, type CallOptions, type FaultKind } from './request-client';
export { RequestServer, type RequestServerOptions } from './request-server';
export { activeTraceparent } from './wire';
