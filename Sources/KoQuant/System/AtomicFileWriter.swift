import CShims

/// A file that appears under its name only when it is whole: written under another name (or none) in the same
/// folder, flushed, then renamed. Until then, and on any failure, what was there before stays.
///
/// A symbolic link keeps pointing to its target, which is replaced. An existing file's permissions are kept;
/// a new file gets those of the umask. Whatever is not a regular file is refused.
public final class AtomicFileWriter {
  /// As it was given; errors name it.
  public let path: String
  /// The file that will be replaced: `path` with its links followed.
  private let target: String
  private let folder: String
  private let calls: SystemCalls
  /// Permissions of the file that will be replaced; nil when there is none.
  private let existingMode: UInt32?
  private var descriptor: Int32
  /// The name that the file has for now; nil while it has none.
  private var temporaryPath: String?

  public init(path: String, calls: SystemCalls = .live) throws(SystemError) {
    let target = try Self.resolve(path, calls)
    let folder = Self.folder(of: target)
    let mode = try Self.replaceableMode(target, calls, path)
    let created = try Self.create(in: folder, for: path, mode: mode ?? 0o666, calls)
    self.path = path
    self.target = target
    self.folder = folder
    self.calls = calls
    existingMode = mode
    descriptor = created.descriptor
    temporaryPath = created.path
  }

  deinit { discard() }

  /// Writes all of `bytes` at `offset`.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    guard let base = bytes.baseAddress else { return }
    guard offset >= 0, offset <= Int.max - bytes.count else {
      throw SystemError(.write, .tooLarge, path: path)
    }
    var done = 0
    while done < bytes.count {
      let count = try calls.check(.write, path) {
        calls.writeAt(descriptor, base + done, bytes.count - done, Int64(offset + done))
      }
      // A regular file that takes nothing without saying why will not take more later.
      guard count > 0, count <= Int64(bytes.count - done) else {
        throw SystemError(.write, .errno(Errno.inputOutput), path: path)
      }
      done += Int(count)
    }
  }

  /// Puts the file in its place, durably. After an error nothing of it is left, unless the error is that the
  /// folder could not be flushed (`sync`): then the whole new file is in place, but might not survive a
  /// loss of power.
  public func commit() throws(SystemError) {
    defer { discard() }
    if let existingMode {
      _ = try calls.check(.write, path) { calls.setMode(descriptor, existingMode) }
    }
    _ = try calls.check(.sync, path) { calls.sync(descriptor) }
    let temporary: String
    if let temporaryPath {
      temporary = temporaryPath
    } else {
      temporary = try Self.withTemporaryName(in: folder, for: path, calls) { calls.name(descriptor, $0) }.path
      temporaryPath = temporary
    }
    let outcome = descriptor
    descriptor = -1
    // Network filesystems may report a failed write no earlier than here; after EINTR Linux has closed.
    let closed = calls.close(outcome)
    if closed < 0, closed != -Errno.interrupted { throw SystemError(.write, .errno(-closed), path: path) }
    let renamed = temporary.withCString { from in target.withCString { to in calls.rename(from, to) } }
    if renamed < 0 { throw SystemError(.replace, .errno(-renamed), path: path) }
    temporaryPath = nil
    try syncFolder()
  }

  /// Leaves everything as it was before. Does nothing after `commit`.
  public func discard() {
    if descriptor >= 0 { _ = calls.close(descriptor) }
    descriptor = -1
    if let temporaryPath { _ = temporaryPath.withCString { calls.unlink($0) } }
    temporaryPath = nil
  }

  /// Makes the rename durable; folders that may be written but not read, and filesystems that do not flush
  /// folders, are let off.
  private func syncFolder() throws(SystemError) {
    let opened = folder.withCString { calls.openDirectory($0) }
    if opened < 0 { return }
    defer { _ = calls.close(opened) }
    let synced = calls.sync(opened)
    if synced < 0, synced != -Errno.invalidArgument, synced != -Errno.notSupported {
      throw SystemError(.sync, .errno(-synced), path: folder)
    }
  }
}
