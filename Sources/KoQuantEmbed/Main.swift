#if canImport(Glibc) && !hasFeature(Embedded)
  import Glibc
#endif

typealias ArgumentVector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

// Embedded Swift has no `CommandLine`: there the C library calls `main` itself.
#if hasFeature(Embedded)
  @_cdecl("main")
  func main(_ count: Int32, _ arguments: ArgumentVector) -> Int32 {
    EmbedProgram.main(Arguments(count: Int(count), vector: arguments))
  }
#else
  @main struct Main {
    static func main() {
      exit(EmbedProgram.main(Arguments(count: Int(CommandLine.argc), vector: CommandLine.unsafeArgv)))
    }
  }
#endif
