package bytes

# Bytes that are not UTF-8 stop the evaluation, also below `not` and where nothing reads the value.
secret := base64.decode(input.secret)

denied if not base64.decode(input.secret) == "a"

token if base64url.decode(input.secret)

digits := hex.decode(input.digits)

replaced := replace(input.text, "", ".")

replaced_n := strings.replace_n({"": "."}, input.text)

query := urlquery.decode(input.query)

fields := urlquery.decode_object(input.query)
