"""The documents the benchmarks send: our own, fifty lines unless said otherwise."""


def purchase_order_850(number: str, lines: int = 50, *, sender: str = "ERP", control: int = 1) -> bytes:
    """Return one interchange with one 850."""
    segments = [
        f"BEG*00*NE*{number}**20260302",
        "CUR*BY*USD",
        "REF*DP*001",
        "DTM*002*20260320",
        "N1*BY*Distributor*92*BUYER",
        "N1*SU*Acme*92*V1",
        "N1*ST*Main warehouse*92*W1",
        "N3*1 Dock Road",
        "N4*Springfield*IL*62701*US",
    ]
    for line in range(1, lines + 1):
        segments.append(f"PO1*{line}*{line % 40 + 1}*EA*{line % 90 + 1}.25**BP*SKU-{line:05d}*VP*V-{line:05d}")
        segments.append(f"PID*F****Article number {line} in blue")
        segments.append("DTM*002*20260320")
    segments.append(f"CTT*{lines}")
    return interchange(segments, "850", "PO", sender, control)


def order_response_855(number: str, lines: int = 50, *, sender: str = "ACME", control: int = 1) -> bytes:
    """Return one interchange with one 855 that accepts every line of `purchase_order_850`."""
    segments = [f"BAK*00*AD*{number}*20260302****SO{number}*20260302"]
    for line in range(1, lines + 1):
        quantity = line % 40 + 1
        segments.append(f"PO1*{line}*{quantity}*EA*{line % 90 + 1}.25**BP*SKU-{line:05d}")
        segments.append(f"ACK*IA*{quantity}*EA*067*20260320")
    segments.append(f"CTT*{lines}")
    return interchange(segments, "855", "PR", sender, control)


def interchange(segments: list[str], kind: str, functional_id: str, sender: str, control: int) -> bytes:
    """Return *segments* in their envelopes, from *sender* to us."""
    head = f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{'US':15}*260302*0800*U*00401*{control:09}*0*P*>"
    group = f"GS*{functional_id}*{sender}*US*20260302*0800*{control}*X*004010"
    body = [
        head,
        group,
        f"ST*{kind}*0001",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        f"GE*1*{control}",
        f"IEA*1*{control:09}",
    ]
    return ("~\n".join(body) + "~\n").encode()
