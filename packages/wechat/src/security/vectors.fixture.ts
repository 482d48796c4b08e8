/** Messages as they travel, with what they say. Keys as base64, public keys as PEM. */

/** The one the platform documents. */
export const DOCUMENTED = {
  urlpath: 'https://api.weixin.qq.com/wxa/getuserriskrank',
  appid: 'wxba6223c06417af7b',
  symmetric: {
    algorithm: 'AES256_GCM',
    serial: 'fa05fe1e5bcc79b81ad5ad4b58acf787',
    key: 'otUpngOjU+nVQaWJIC3D/yMLV17RKaP6t4Ot9tbnzLY=',
  },
  request: {
    timestamp: 1635927954,
    content:
      '{"_n":"o89QaPVsRu1yppIZzvSZc4","_appid":"wxba6223c06417af7b","_timestamp":1635927954,"appid":"wxba6223c06417af7b","openid":"oEWzBfmdLqhFS2mTXCo2E4Y9gJAM","scene":0,"client_ip":"127.0.0.1"}',
    body: '{"iv":"fmW/zNxXlytUZBgj","data":"0IDVdrPtSPF/Oe2CTXCV2vVNPbVJdJlP2WaTMQnoYLh5iCrrSNfQFh25EnStDMf0hLlVNBCZQtf9NaV0m4aRA4AAYIO7oR/Ge+4yY4EmZp5EVPB42xjScgMx5X3D4VdLCfynXIUKUtZHZvk1zmLVE3RauzJgiM1BB1CPmwcENo3MTJ0z8Vfkf5tMv54kOXobDLlV5rfqKdAX7gM/rP82DgZdt9vvZX44ipdbHIjJvw83ZXAFtvftdVw2Qd8=","authtag":"5qeM/2vZv+6KtScN94IpMg=="}',
    signature:
      'wcSSWHZunjz9VKl9q+If9deiyECXDAELfAJNZ4+5T+NhFr8zfhkwdQtlgQ7nN5xs99R57La9UjBTRBGge2KYyshWtw7HIMPAqWNsnpHvx0b2f7s6Bt7OpfOQLlIfNgepgTVmUwrqW8/7A12szj7tCe/bRFilwnaX6N0w4duHlfL7ic7IIZXouvy9dLRAa5GtEk1eD/LPWRiKh0SvJ3znPY/pSiQW9zSkXVdj9UGGM8qcKLzPGJ7gSmt3ZOPkFapk9wqFmhJwQj//xN5+hUlr2UiNPMNSHve5Y2ADLsNHqk5t7RfAZ8nW9/8lzhVt4t+toy1FeehxCGIC8qgmjIl1hg==',
    signer: {
      serial: '',
      pem: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA3FoQOmOl5/CF5hF7ta4E
zCy2LaU3Eu2k9DBwQ73J82I53Sx9LAgM1DH3IsYohRRx/BESfbdDI2powvr6QYKV
IC+4Yavwg7gzhZRxWWmT1HruEADCZAgkUCu+9Il/9FPuitPSoIpBd07NqdkkRe82
NBOfrKTdhge/5zd457fl7J81Q5VTIxO8vvq7FSw7k6Jtv+eOjR6SZOWbbUO7f9r4
UuUkXmvdGv21qiqtaO1EMw4tUCELzY73M7NpCH3RorlommYX3P6q0VrkDHrCE0/Q
MhmHsF+46E+IRcJ3wtEj3p/mO1VoCpEhawC1U728ZUTwWNEii8hPEhcNAZTKaQMa
TQIDAQAB
-----END PUBLIC KEY-----
`,
    },
  },
  response: {
    timestamp: 1635927956,
    content:
      '{"_n":"ShYZpqdVgY+yQVAxNSWhYg","_appid":"wxba6223c06417af7b","_timestamp":1635927956,"errcode":0,"errmsg":"getuserriskrank succ","risk_rank":0,"unoin_id":2258658297}',
    body: '{"iv":"r2WDQt56rEAmMuoR","data":"HExs66Ik3el+iM4IpeQ7SMEN934FRLFYOd3EmeaIrpP4EPTHckoco6O+PaoRZRa3lqaPRZT7r52f7LUok6gLxc6cdR8C4vpIIfh4xfLC4L7FNy9GbuMK1hcoi8b7gkWJcwZMkuCFNEDmqn3T49oWzAQOrY4LZnnnykv6oUJotdAsnKvmoJkLK7hRh7M2B1d2UnTnRuoIyarXc5Iojwoghx4BOvnV","authtag":"z2BFD8QctKXTuBlhICGOjQ=="}',
    signature:
      'Ht0VfQkkEweJ4hU266C14Aj64H9AXfkwNi5zxUZETCvR2svU1ZYdosDhFX/voLj1TyszqKsVxAlENGt7PPZZ8RQX7jnA4SKhiPUhW4LTbyTenisHJ+ohSfDjYnXavjQsBHspFS+BlPHuSSJ2xyQzw1+HuC6nid09ZL4FnGSYo4OI5MJrSb9xLzIVZMIDuUQchGKi/KaB1KzxECLEZcfjqbAgmxC7qOmuBLyO1WkHYDM95NJrHJWba5xv4wrwPru9yYTJSNRnlM+zrW5w9pOubC4Jtj3szTAEuOz9AcqUmgaAvMLNAIa8hfODLRe3n/cu4SgYlN/ZkNRU4QXVNbPGMg==',
    signer: {
      serial: '79ba700ea147819f640941bceb38b1d1',
      pem: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzkP2qWQKaTWSvcWkXR72
lzeQay/PlEDT9hGfL3E8ojJXZRUwNm9FD6YMeyJBAUTp62DjnsoVhLFMMq0i1t2X
qElBUZ4C+DSao9gT1KQdEZN8v8CddFsoEbYYLY5xo9ICmuws56uyNrLaZ772kXxU
fJtXxqjHvwA2xTvkb847dXWIQTSzk+aCWqTwMSLD2AH90YnOw19fDO/InKJQ/1m6
Nh7HKOxL79kZ1I5SSov+2H7XrIePxqVx3KBrpgZ9YQPJaS3+L8HbxzDHifPCTzGC
u6uJ89ou4yTT73AlAsJ8Cf9/vPIesLw9wPVe+9G31UE0wEBJezfvXQ4PLJV/aWQy
CQIDAQAB
-----END PUBLIC KEY-----
`,
    },
    messageSha256: 'f797cafd9e323df336fb427569fbe67e20d5bc96dd68a3f54d66b54e6e08bb27',
  },
} as const;

/** A request for launch performance and its answer, checked with an independent implementation. */
export const BY_AES_AND_RSA = {
  urlpath: 'https://api.weixin.qq.com/wxa/business/performance/boot',
  appid: 'wx1234567890abcdef',
  symmetric: {
    algorithm: 'AES256_GCM',
    serial: '0123456789abcdef0123456789abcdef',
    key: 'AgDtFJBWAyJO9GjVWb1Lq8VXRq3ezfNyj91gI6QLGfM=',
  },
  request: {
    timestamp: 1767225600,
    content:
      '{"_n":"d2lyZS12ZWN0b3ItMQ","_appid":"wx1234567890abcdef","_timestamp":1767225600,"module":"10022","time":{"begin_timestamp":1609603200,"end_timestamp":1609689600},"params":[{"field":"networktype","value":"wifi"},{"field":"device_level","value":"1"},{"field":"device","value":"1"}]}',
    body: '{"iv":"ODVKAmn2fYycTwo6","data":"8L+5jlFVqQV1zxhWte1rGxDuhd7NXFkwXK8gifxfmb4tjusMwOO+GMpEv9zLjMvWYLXpjfztJsRufxaB39r4eat+D16Z0suRfHbSssp+QXxL+SOevyLrINP1qn/ObrkoME0CKKqNXEjf0oYiDh/LySTU/cWJDwJ87IREgP5gb9LF/7xJUhwwB2rz75/Eq25AulKdKE5x2BsFVComL35XrePoE1D+AeMTdCVFjxOxPDDr0aok+Brecrem+us5CoKhW9TfdxkwhyCJld6gXlN0k5j8HAdeK1xhM3WmKhe3qrV2Z84DJ67BW690ehdIl13zgRynzdv0Y7jFlxLkiHWm1VTybyqmM1Vl9dkZXjQeuV5YHgLB+DBjReQ=","authtag":"xcetcaIMtMr6uodX9ZB81Q=="}',
    messageSha256: '39d1c6294e6084cdcf656a67e4dacf596f7c72a26a76a727e30a9750dedfeb7c',
    signature:
      'axSzvDo+TaQWXmFkG6TnqXeFnTpMGSjI9KLSytics9nnHRHRfoaihfZGme+T6BCm6JNnpXFPc0dHMT4gT6GjYCEJ+/bBTUrXjwvg/afa85LwOmAAGKHLouwzQYKQChzm5hGIacTeDF329arrgV5IhKOOagiWQ49Mk3X8UoTMIxafNgUR8ztcMAxiYet1SQKNaAoHsDm7CgXrWQJwykIqLVqJ2JfnajACeBXv+XQENfZNTWTiJyZHaGlVL8PEWVjx7XZafVutpdOoNSbF/fbacboIjYng4YOE9m2hZBSP6hX33TfMyrpMYF5ycQJMwiOG9xNiWLCcHHD7wELQJbF2bA==',
    signer: {
      serial: '',
      pem: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0WqBO8BqBgAeuDwXF6bm
1dqWpmOEq9OEywHbGKTKFac78rmTZOCYk4XUxFi4VdQ+vH0MBemDWF2E01wiyGD/
jWvVLbHgGzviv9ewVUrHoyfvlc9CuyOE8Ionxth09RtAT9cWbKHxN2GUo9ZmQ17B
veEoDrMvcxdSLQ38KiGdtLocpdxNQmJY7YhMRAKh+SJzxsoE9vbwaDnmEJ9Jsk6q
/LdR2IyYmPXdsJrzfcAuy5N/vE/uFMhBU9a1YT9O5VYGidHsgOczccUqtJRC+iS2
h5uFAhthsR+CHy3TYHNrduvetDrL5c2fz3OzLs/eW9HIQxz+G4pQ3vEt2eKhDcAd
owIDAQAB
-----END PUBLIC KEY-----
`,
    },
  },
  response: {
    timestamp: 1767225601,
    content:
      '{"_n":"d2lyZS12ZWN0b3ItMg","_appid":"wx1234567890abcdef","_timestamp":1767225601,"errcode":0,"errmsg":"ok","data":{"body":{"tables":[],"count":0}}}',
    body: '{"iv":"lx0xwoIc9JKiLI8H","data":"BqOOfN+DTATbehaLxzp6TitTDRd2it0umcy6ZSyFGMUoXXVM9XAvfEEXLxjnPdXcl/8B9md/yo9wGJj9j1GpJ3fjir2Nu3FhqaaM7GoQYAaT3t7/4VE5l3B7lJ1BCXwWxglmt+jufG/lmahER3XBwgTMr2mv+LNfmw0kDMLFcRAN7evxUG6cRdrnupbtGS0+qt2m","authtag":"Sb+I2U9V2/3Iyx9v8vynsg=="}',
    messageSha256: '46c46509f891f08cbce27374d5a42655b5ba84c04edc18fa4ae2d69256ac8bf9',
  },
} as const;

/** The same request by the national algorithms, checked with OpenSSL. */
export const BY_SM4_AND_SM2 = {
  urlpath: 'https://api.weixin.qq.com/wxa/business/performance/boot',
  appid: 'wx1234567890abcdef',
  symmetric: {
    algorithm: 'SM4_GCM',
    serial: '0123456789abcdef0123456789abcdef',
    key: 'LHpdw8qoNKWZ+GJiaawPlw==',
  },
  request: {
    timestamp: 1767225600,
    content:
      '{"_n":"d2lyZS12ZWN0b3ItMQ","_appid":"wx1234567890abcdef","_timestamp":1767225600,"module":"10022","time":{"begin_timestamp":1609603200,"end_timestamp":1609689600},"params":[{"field":"networktype","value":"wifi"},{"field":"device_level","value":"1"},{"field":"device","value":"1"}]}',
    body: '{"iv":"XkXS/J7z9ymi6Myx","data":"yByg6ZoddmUwJJgycaMy2wchgYhxYrL6LvxMqM0H7BRVzDXBmk/NPxHZiRypW5AHMXlRne8t1XQpWTOlUul9k9lKebAK1XsdCxSpVPmOvSRpDEJneef/jqHlVMTRWOiFc+WpfsS2AiM3SRlFYXtTvIH2SXyIBJnb2rF/ECgiL4Yj3zrCM6tix9BYQ55HfClVX9lc+7Ip2IAh8O9+sHthjPi4YVPBDRrNJSHjTW1+aTyOGXbdio+QoqJi0L3rYxqLe/RdqXu1HPLZ562DwSon0QazPuPw/xSghDR1p5Zld+gtgKGUZAMWhK2ePt6sOjk2V6LcuAMxR70GAdu2us1FaFFO81XNvgmC5+lQRtMB2fuo7lFTWMS6l5g=","authtag":"eFCzRLWrPJdGdCkXJgEy9A=="}',
    signature: 'MEUCIDEadJvFtoYclsEl9xUvE0m05i9FKigZKUpotfAxZqe0AiEAkZX2LaBclWzmxKJFgU0aDgDTsa4tvDoTPtS/UCv44cw=',
    signer: {
      serial: 'fedcba9876543210fedcba9876543210',
      pem: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAE6KYJrWlBfxe6CcIbxCO//bLxxIbz
TRl8xLd9ER9T4W0p2r6UVueXv2/VWbDKY6ql7GRH8VIfPJIbe2yFARt1iw==
-----END PUBLIC KEY-----
`,
    },
  },
} as const;
