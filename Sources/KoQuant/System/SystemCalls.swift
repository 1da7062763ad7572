import CShims

/// The requests to the operating system about files and memory, as values: tests replace one to see what an interrupted,
/// short or refused call does. A copy is passed to whoever needs it; nothing is global.
///
/// As in `CShims.h`, results below zero are negated errno values.
public struct SystemCalls: Sendable {
  public typealias Path = UnsafePointer<CChar>

  public var open: @Sendable (Path) -> Int32 = { kqs_open($0) }
  public var openStream: @Sendable (Path) -> Int32 = { kqs_open_stream($0) }
  public var openDirectory: @Sendable (Path) -> Int32 = { kqs_open_directory($0) }
  public var create: @Sendable (Path, _ mode: UInt32) -> Int32 = { kqs_create($0, $1) }
  public var createNameless: @Sendable (_ directory: Path, _ mode: UInt32) -> Int32 = {
    kqs_create_nameless($0, $1)
  }
  public var name: @Sendable (_ descriptor: Int32, Path) -> Int32 = { kqs_name($0, $1) }
  public var duplicate: @Sendable (_ descriptor: Int32) -> Int32 = { kqs_duplicate($0) }
  public var close: @Sendable (_ descriptor: Int32) -> Int32 = { kqs_close($0) }
  public var descriptorStatus: @Sendable (_ descriptor: Int32, UnsafeMutablePointer<kqs_status>) -> Int32 = {
    kqs_descriptor_status($0, $1)
  }
  public var pathStatus: @Sendable (Path, UnsafeMutablePointer<kqs_status>) -> Int32 = {
    kqs_path_status($0, $1)
  }
  public var resolve: @Sendable (Path, UnsafeMutablePointer<CChar>, _ capacity: Int) -> Int32 = {
    kqs_resolve($0, $1, $2)
  }
  public var read: @Sendable (_ descriptor: Int32, UnsafeMutableRawPointer, _ count: Int) -> Int64 = {
    kqs_read($0, $1, $2)
  }
  public var readAt: @Sendable (Int32, UnsafeMutableRawPointer, _ count: Int, _ offset: Int64) -> Int64 = {
    kqs_read_at($0, $1, $2, $3)
  }
  public var writeAt: @Sendable (Int32, UnsafeRawPointer, _ count: Int, _ offset: Int64) -> Int64 = {
    kqs_write_at($0, $1, $2, $3)
  }
  public var sync: @Sendable (_ descriptor: Int32) -> Int32 = { kqs_sync($0) }
  public var setMode: @Sendable (_ descriptor: Int32, _ mode: UInt32) -> Int32 = { kqs_set_mode($0, $1) }
  public var rename: @Sendable (_ from: Path, _ to: Path) -> Int32 = { kqs_rename($0, $1) }
  public var unlink: @Sendable (Path) -> Int32 = { kqs_unlink($0) }
  public var random: @Sendable (UnsafeMutableRawPointer, _ count: Int) -> Int32 = { kqs_random($0, $1) }
  public var map: @Sendable (Int32, _ length: Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> Int32 =
    {
      kqs_map($0, $1, $2)
    }
  public var unmap: @Sendable (UnsafeMutableRawPointer, _ length: Int) -> Int32 = { kqs_unmap($0, $1) }
  public var allocate: @Sendable (_ alignment: Int, _ size: Int) -> UnsafeMutableRawPointer? = {
    kqs_allocate($0, $1)
  }
  public var free: @Sendable (UnsafeMutableRawPointer) -> Void = { kqs_free($0) }

  public init() {}

  /// The real calls.
  public static var live: SystemCalls { SystemCalls() }
}

extension SystemCalls {
  /// Repeats `call` while a signal interrupts it; throws what else goes wrong.
  @inline(__always)
  func check<Result: FixedWidthInteger & SignedInteger>(
    _ operation: SystemError.Operation, _ path: String, _ call: () -> Result
  ) throws(SystemError) -> Result {
    while true {
      let result = call()
      if result >= 0 { return result }
      let code = Int32(truncatingIfNeeded: -result)
      if code != Errno.interrupted { throw SystemError(operation, .errno(code), path: path) }
    }
  }

  /// Calls `body` with the bytes of `path`; a path with a NUL inside names nothing.
  @inline(__always)
  func withPath<Result>(
    _ operation: SystemError.Operation, _ path: String, _ body: (Path) -> Result
  ) throws(SystemError) -> Result {
    if path.utf8.contains(0) { throw SystemError(operation, .errno(Errno.invalidArgument), path: path) }
    return path.withCString(body)
  }
}

extension SystemCalls {
  /// A descriptor for reading `path`, opened by `call`.
  func openForReading(_ path: String, by call: (Path) -> Int32) throws(SystemError) -> Int32 {
    try withPath(.open, path) { bytes in
      Result { () throws(SystemError) in try check(.open, path) { call(bytes) } }
    }.get()
  }
}

/// errno values that this package decides by or reports by itself.
public enum Errno {
  public static var interrupted: Int32 { number(KQS_EINTR) }
  public static var noMemory: Int32 { number(KQS_ENOMEM) }
  public static var notFound: Int32 { number(KQS_ENOENT) }
  public static var exists: Int32 { number(KQS_EEXIST) }
  public static var isDirectory: Int32 { number(KQS_EISDIR) }
  public static var notDirectory: Int32 { number(KQS_ENOTDIR) }
  public static var accessDenied: Int32 { number(KQS_EACCES) }
  public static var invalidArgument: Int32 { number(KQS_EINVAL) }
  public static var inputOutput: Int32 { number(KQS_EIO) }
  public static var noSpace: Int32 { number(KQS_ENOSPC) }
  public static var notSupported: Int32 { number(KQS_EOPNOTSUPP) }
  public static var brokenPipe: Int32 { number(KQS_EPIPE) }

  private static func number(_ name: Int) -> Int32 { kqs_errno(Int32(truncatingIfNeeded: name)) }
}
