import CKoQuant

@c(kq_version) @implementation
public func version() -> UInt32 {
  UInt32(KQ_VERSION_MAJOR * 10000 + KQ_VERSION_MINOR * 100 + KQ_VERSION_PATCH)
}
