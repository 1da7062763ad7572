/// Where the weights are while a model is in use. It changes memory and time, never a bit of a vector.
public enum Residency: UInt8, Sendable, CaseIterable {
  /// In the page cache, used in place and shared between processes; needs a stored file.
  case mapped
  /// In this process's memory, decoded once.
  case resident
  /// In the file: the layers are read or decoded one after the other on every pass, and of the word table
  /// only the blocks that a batch needs.
  case streamed

  public var name: StaticString {
    switch self {
    case .mapped: "mapped"
    case .resident: "resident"
    case .streamed: "streamed"
    }
  }
}
