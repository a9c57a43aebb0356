package hosts

# What only the embedding program can answer stops an evaluation that has none.
sent := http.send({"method": "GET", "url": "http://127.0.0.1/"})

provided := external_data({"provider": "none", "keys": ["a"]})

looked_up := net.lookup_ip_addr("localhost")

# What needs no program is answered without one.
address := net.lookup_ip_addr("127.0.0.1")

runtime := opa.runtime()

printed := "shown" if print("a", input.nope)
