/// Why bytes are not a NumPy file (.npy) that can be read here.
public enum NumPyError: Error, Sendable, Equatable {
  /// The magic bytes are missing.
  case notNumPy
  case unsupportedVersion(major: UInt8, minor: UInt8)
  /// The header ends early, or is not the dictionary that it must be.
  case malformedHeader
  /// An element type other than `<f4`, as the file names it.
  case unsupportedType(String)
  case fortranOrder
  /// Not two-dimensional, or of a size that no memory holds.
  case unsupportedShape([Int])
  /// The data have another length than the shape says, in bytes.
  case wrongLength(expected: Int, found: Int)
}

extension NumPyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notNumPy: "not a NumPy .npy file"
    case .unsupportedVersion(let major, let minor):
      "version \(major).\(minor) of the .npy format is not supported"
    case .malformedHeader: "the .npy header is malformed"
    case .unsupportedType(let name):
      "elements of type \(printable(name)) are not supported; save the array as float32"
    case .fortranOrder: "the array is in Fortran order; save numpy.ascontiguousarray(array)"
    case .unsupportedShape(let shape): "an array of shape \(shape) is not a matrix with a row per text"
    case .wrongLength(let expected, let found):
      "the array needs \(expected) bytes, but \(found) follow the header"
    }
  }
}
