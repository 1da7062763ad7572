/// The number format of a tensor's elements, as files name it.
public enum ElementType: Sendable, Hashable {
  case float64, float32, float16, bfloat16
  case int64, int32, int16, int8, uint8, boolean
  /// Any other format that safetensors or PyTorch knows, by its name and its bytes per element.
  case other(String, size: Int)

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .boolean: 1
    case .other(_, let size): size
    }
  }

  /// Whether weights of this format can be read as floats.
  public var isReadable: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16: true
    default: false
    }
  }

  /// Its name in safetensors.
  public var name: String {
    switch self {
    case .float64: "F64"
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int64: "I64"
    case .int32: "I32"
    case .int16: "I16"
    case .int8: "I8"
    case .uint8: "U8"
    case .boolean: "BOOL"
    case .other(let name, _): name
    }
  }
}
