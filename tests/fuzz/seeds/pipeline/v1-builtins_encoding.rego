# Encodings, digests and identifiers. The texts hashed are those of RFC 1321, RFC 2202 and RFC 4231;
# the signed request is `get-vanilla` of AWS's test suite for signature version 4.
package builtins.encoding

answers.base64.encode := [base64.encode("foob"), base64.encode("hi?>")]

answers.base64.decode := base64.decode("Zm9vYg==")

answers.base64.is_valid := [base64.is_valid("Zm9vYg=="), base64.is_valid("Zm9v!")]

answers.base64url.encode := base64url.encode("hi?>")

answers.base64url.encode_no_pad := base64url.encode_no_pad("hi?>")

answers.base64url.decode := [base64url.decode("aGk_Pg=="), base64url.decode("aGk_Pg")]

answers.hex.encode := hex.encode("foob")

answers.hex.decode := hex.decode("666F6f62")

answers.urlquery.encode := urlquery.encode("a b&c=d/é")

answers.urlquery.decode := urlquery.decode("a+b%26%C3%A9")

answers.urlquery.encode_object := urlquery.encode_object({"b": ["2", "3"], "a": "1 x"})

answers.urlquery.decode_object := urlquery.decode_object("a=1&b=2&b=3")

answers.uri.is_valid := [uri.is_valid("/a?b"), uri.is_valid("http://[::1"), uri.is_valid("")]

answers.uri.parse := uri.parse("https://me@example.com:8080/a%20b?q=1#end")

answers.crypto.md5 := crypto.md5("abc")

answers.crypto.sha1 := crypto.sha1("abc")

answers.crypto.sha256 := crypto.sha256("abc")

answers.crypto.hmac.md5 := crypto.hmac.md5("what do ya want for nothing?", "Jefe")

answers.crypto.hmac.sha1 := crypto.hmac.sha1("what do ya want for nothing?", "Jefe")

answers.crypto.hmac.sha256 := crypto.hmac.sha256("what do ya want for nothing?", "Jefe")

answers.crypto.hmac.sha512 := crypto.hmac.sha512("what do ya want for nothing?", "Jefe")

answers.crypto.hmac.equal := [crypto.hmac.equal("a", "a"), crypto.hmac.equal("a", "b")]

answers.uuid.parse := uuid.parse("f47ac10b-58cc-4372-a567-0e02b2c3d479")

answers.uuid.rfc4122 := [uuid.parse(id).version |
	id := uuid.rfc4122("key")
	id == uuid.rfc4122("key")
]

answers.providers.aws.sign_req := providers.aws.sign_req(
	{"method": "GET", "url": "https://example.amazonaws.com/"},
	{
		"aws_access_key": "AKIDEXAMPLE",
		"aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
		"aws_service": "service",
		"aws_region": "us-east-1",
	},
	1440938160000000000,
).headers
