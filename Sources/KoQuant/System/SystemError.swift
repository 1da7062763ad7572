import CShims

/// A request to the operating system that failed: what was tried, why it failed, and on which file.
public struct SystemError: Error, Sendable {
  public enum Operation: Sendable, Equatable {
    case open, inspect, read, map, create, write, sync, replace, allocate, startThreads
  }

  public enum Cause: Sendable, Equatable {
    case errno(Int32)
    /// A FIFO, socket, device or directory where a file with contents is needed.
    case notRegularFile
    /// The file has become shorter since it was opened.
    case endsEarly
    /// A size beyond what this machine can address.
    case tooLarge
  }

  public var operation: Operation
  public var cause: Cause
  /// Empty when no file is concerned.
  public var path: String
  /// Bytes asked for, for `allocate`.
  public var byteCount: Int

  public init(_ operation: Operation, _ cause: Cause, path: String = "", byteCount: Int = 0) {
    self.operation = operation
    self.cause = cause
    self.path = path
    self.byteCount = byteCount
  }
}

extension SystemError: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    a.operation == b.operation && a.cause == b.cause && a.byteCount == b.byteCount
      && a.path.utf8.elementsEqual(b.path.utf8)
  }
}

extension SystemError {
  /// A sentence without a full stop: "cannot open model.koq: No such file or directory".
  public var message: String { "cannot " + attempt + ": " + cause.message }

  private var attempt: String {
    switch operation {
    case .open: "open " + path
    case .inspect: "inspect " + path
    case .read: "read " + path
    case .map: "map " + path + " into memory"
    case .create: "create " + path
    case .write: "write " + path
    case .sync: "flush " + path + " to disk"
    case .replace: "put the finished file in the place of " + path
    case .allocate: "allocate \(byteCount) bytes"
    case .startThreads: "start threads"
    }
  }
}

extension SystemError.Cause {
  public var message: String {
    switch self {
    case .errno(let code): Self.text(code)
    case .notRegularFile: "not a regular file"
    case .endsEarly: "the file has become shorter while it was in use"
    case .tooLarge: "the size is beyond what this machine can address"
    }
  }

  private static func text(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      kqs_error_text(code, base, buffer.count)
      return String(cString: base)
    }
  }
}
