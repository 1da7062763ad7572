import CKoQuant

/// A kind of object that C callers hold by a handle.
protocol HandleObject: AnyObject {
  static var kind: kqh_kind { get }
  static var name: StaticString { get }
  /// Whether one call at a time may use it.
  static var isExclusive: Bool { get }
}

extension HandleObject {
  /// Makes a handle that keeps `object` alive until it is closed.
  static func open(
    _ object: Self, _ handle: UnsafeMutablePointer<OpaquePointer?>
  ) throws(CallFailure) {
    let retained = Unmanaged.passRetained(object)
    var opened: UnsafeRawPointer?
    guard kqh_open(kind, retained.toOpaque(), &opened) == KQH_OK else {
      retained.release()
      throw CallFailure(
        KQ_TOO_MANY_HANDLES, "\(KQ_MAX_HANDLES) models and sessions are open already; close some")
    }
    handle.pointee = OpaquePointer(opened)
  }

  /// Calls `body` with the object of a handle, which cannot be closed meanwhile.
  static func use(
    _ handle: OpaquePointer?, _ body: (Self) throws(CallFailure) -> Void
  ) throws(CallFailure) {
    let handle = UnsafeRawPointer(handle)
    var object: UnsafeMutableRawPointer?
    try check(kqh_enter(handle, kind, isExclusive, &object))
    guard let object else { throw closed }
    defer { kqh_leave(handle) }
    try body(Unmanaged<Self>.fromOpaque(object).takeUnretainedValue())
  }

  static func close(_ handle: OpaquePointer?) throws(CallFailure) {
    var object: UnsafeMutableRawPointer?
    try check(kqh_close(UnsafeRawPointer(handle), kind, &object))
    guard let object else { throw closed }
    Unmanaged<Self>.fromOpaque(object).release()
  }

  private static func check(_ outcome: kqh_outcome) throws(CallFailure) {
    if outcome == KQH_INVALID { throw closed }
    if outcome == KQH_BUSY {
      throw CallFailure(
        KQ_BUSY, "another thread is using the " + name.description + "; give each thread a session of its own"
      )
    }
  }

  private static var closed: CallFailure {
    CallFailure(KQ_INVALID_HANDLE, "not an open " + name.description + ": it was closed or never opened")
  }
}
