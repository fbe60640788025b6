"""What the client programs share: --ca FILE, --cert FILE and --key FILE for TLS, --mechs LIST of SASL mechanisms,
--reconnect to try again after a break, --quiet to print only counts."""
import argparse
import sys

from proton import SSLDomain

failed = False


def options(doc):
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("url")
    parser.add_argument("address")
    parser.add_argument("count", type=int)
    for name in "ca", "cert", "key", "mechs":
        parser.add_argument("--" + name)
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--reconnect", action="store_true")
    return parser.parse_args()


def connect(container, options):
    how = {}
    if options.ca:
        domain = SSLDomain(SSLDomain.MODE_CLIENT)
        domain.set_trusted_ca_db(options.ca)
        domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
        if options.cert:
            domain.set_credentials(options.cert, options.key, None)
        how["ssl_domain"] = domain
    if options.mechs:
        how["allowed_mechs"] = options.mechs
    if not options.reconnect:
        how["reconnect"] = False
    return container.connect(options.url, **how)


def fail(event, condition):
    global failed
    failed = True
    print("error", condition, flush=True)
    if event.connection:
        event.connection.close()


def leave():
    sys.exit(1 if failed else 0)
