import protobuf from 'protobufjs/light.js';

/** The two messages of a cloud call, as far as calls of these APIs use them. */
const { root } = protobuf.Root.fromJSON({
  nested: {
    KeyValuePair: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'bytes' } } },
    OpenApiData: { fields: { pairs: { id: 1, type: 'KeyValuePair', rule: 'repeated' } } },
    CommApiData: {
      fields: {
        apiType: { id: 1, type: 'int32' },
        openapiData: { id: 2, type: 'OpenApiData' },
        appid: { id: 6, type: 'string' },
      },
    },
    CommOpenApiResp: {
      fields: {
        respData: { id: 1, type: 'bytes' },
        contentType: { id: 2, type: 'string' },
        errorCode: { id: 3, type: 'int32' },
        httpCode: { id: 4, type: 'uint32' },
      },
    },
  },
});
const ApiData = root.lookupType('CommApiData');
const ApiResponse = root.lookupType('CommOpenApiResp');

/** The kind of call that asks one of these APIs. */
const OPEN_API = 0;

export interface CloudRequest {
  /** Empty for the caller's own. */
  appid: string;
  /** Arguments by name, each the text of a JSON value. */
  args: { key: string; json: string }[];
}

interface ApiData {
  apiType: number;
  appid: string;
  openapiData?: { pairs: { key: string; value: Uint8Array }[] };
}

/** Undefined for what is no such message, or another kind of call. */
export function decodeCloudRequest(bytes: Uint8Array): CloudRequest | undefined {
  let data: ApiData;
  try {
    data = ApiData.decode(bytes) as unknown as ApiData;
  } catch {
    return undefined;
  }
  if (data.apiType !== OPEN_API) return undefined;
  const text = (value: Uint8Array) => Buffer.from(value).toString('utf8');
  const pairs = data.openapiData?.pairs ?? [];
  return { appid: data.appid, args: pairs.map(({ key, value }) => ({ key, json: text(value) })) };
}

/** @param json the answer, as the API itself would send it. */
export function encodeCloudResponse(json: string, contentType: string): Uint8Array {
  return ApiResponse.encode({ respData: Buffer.from(json), contentType, errorCode: 0, httpCode: 200 }).finish();
}
