"""stub"""
class Fast:
    def lift(self, message): return None
def compile_fast(plan): return Fast()
